"""账账相符、账实相符 (1.4): where money, projects, assets and stock-taking do not agree."""
