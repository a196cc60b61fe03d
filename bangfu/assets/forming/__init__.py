"""形成资产 (1.4): what a project left behind is registered once, with its cost and its sources."""
