"""处置 (1.4): an asset leaves the books by application, decision, appraisal, approval, notice, and only so."""
