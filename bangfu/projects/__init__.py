"""规划和项目库 (2.1, 2.2): plans with their items, projects from the village's wish to the finished work.

What others may rely on:

- `projects.models.Project`: `division` is its place (a village or town, by which it is seen), `places` its further villages;
  `project_no` is unique; `state` is one of `projects.states.State` and follows its flow; `planned_yuan`, `settled_yuan`
  (审定结算, None until audited); `is_operating` makes 1.4 and 4.1 apply. A day is set when its state is reached and emptied
  when the step is undone: `declared_on`, `in_pool_on`, `planned_on`, `funded_on`, `started_on`, `completed_on`,
  `accepted_on`, `audited_on`, `closed_on`. `project.ALIVE` are those neither merged, rejected nor dropped.
- `projects.models.Contract`: `project`, `contract_no`, `amount_yuan`, `signed_on`, `ends_on`; several per project.
- `projects.hooks`: `after_accepted` (in the transaction of the acceptance), `guards[step]` (further conditions of a step),
  `paid` (what was paid, for progress), `sections` (more on the page of a project).
- `projects.states.FLOW` is the slug of the flow; `bangfu.workflow.acts.take("fund", flow, …)` moves it from another package.
"""
