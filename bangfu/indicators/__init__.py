"""指标: figures declared once, computed from records, opened to their rows."""
