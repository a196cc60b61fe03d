"""流程: one engine for everything that goes from hand to hand under a legal clock (cases, projects, disposals, notices).

How it is declared, in five minutes (docs/howto/add-a-workflow.md has a whole one):

    FELLING = registry.add(Workflow(
        slug="tree-fellings", title="古树砍伐审批", article="2.6", subject="trees.Tree",
        started_by=(Role.VILLAGE,),
        states=(
            State("asked", "已申请"),                            # the first state is where every flow begins
            State("noticing", "公示中"),
            State("granted", "已批准", is_final=True),
            State("refused", "不予批准", is_final=True),
        ),
        steps=(
            Step("post_notice", "张贴公示", at="asked", to="noticing", by=(Role.VILLAGE,),
                 within=Clock("tree_answer_days", since=START),              # deadline: a dated parameter, never a number
                 evidence=(Evidence("minutes", "评议会议记录", Asked.FILE),),
                 guards=(Guard("树木已挂牌", has_a_plate, source="2.6"),)),
            Step("grant", "县级批准", at="noticing", to="granted", by=(Role.COUNTY,),
                 not_before=Clock("tree_notice_days", since="post_notice")),  # legal minimum: the notice has run out
            Step("send_back", "退回重新评议", at="noticing", to="asked", by=(Role.COUNTY,), kind=Kind.BACK),
            Step("refuse", "不予批准", at=("asked", "noticing"), to="refused", by=(Role.COUNTY,), kind=Kind.END,
                 reasons=("不符合条件", "农户撤回申请")),                    # offered as one tap
        ),
    ))

Then, in a page or an act of the chapter:

    flow = acts.start(FELLING, tree, division=tree.village_id, by=actor, at=now)
    acts.take("post_notice", flow, by=actor, at=now, version=flow.version, evidence={"minutes": ["attachment:12"]})
    openings(flow, actor, on=today)         # the steps open to this person now, and why others are not yet open

`acts.take` is the only way a flow moves: one transaction, the row locked; a second actor gets `Overtaken` (who did what,
when), a guard, clock or missing paper gives `Refused` with every reason at once, the same `client_uuid` again changes
nothing. `effect` of a step runs inside the transaction; what it did is taken back by `on_undo`, without which the step
cannot be undone. A subject has at most one open flow of a workflow. Who may act = role of the step × place of the
flow, nothing else; an assignee only narrows whose to-do list it stands on.
"""
