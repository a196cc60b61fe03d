"""Models: 规划和项目库 (2.1, 2.2): plans with their items, projects from the village's wish to the finished work."""
