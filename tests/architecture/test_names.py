"""One English word for a Chinese term: models and fields are named from guideline/glossary.yaml."""

from collections.abc import Iterator

from django.apps import apps

from bangfu.policy import glossary

#: where → why it is not the glossary's word
EXEMPT = {
    "Division.code": "the code of the division itself",
    "Division.is_functional": "a mark, not an area",
    "ParameterOverride.code": "the code of the parameter itself",
    "Household.identified_month": "the national system knows the month only",
    "Household.contact_name": "inside a monitored household there is one contact",
    "Person.identity_no": "an identity number or a disability card; the glossary's term is the card alone",
    "Person": "a person stays one after leaving the household",
    "HouseholdIncome.per_capita_net": "inside the income row the word income says nothing",
    "HouseholdCheck.per_capita_net": "the same columns of the same items",
    "Plan": "of both kinds, of which the plan of a town is one",
    "Project": "a row of the library is a project",
    "Goal": "of a project; its package says whose",
    "Goal.name": "what a goal is measured by; indicators are another thing",
}


def _named() -> Iterator[tuple[str, str, str]]:
    """(where, name, Chinese) of our models and their fields; event tables repeat those they record."""
    for model in apps.get_models():
        own = model.__module__.startswith("bangfu.") and ".tests." not in model.__module__
        if own and not model.__name__.endswith("Event"):
            yield model.__name__, model.__name__.lower(), str(model._meta.verbose_name)
            for field in model._meta.get_fields():
                if chinese := str(getattr(field, "verbose_name", "")):
                    yield f"{model.__name__}.{field.name}", field.name.replace("_", ""), chinese


def test_what_the_glossary_names_is_named_so() -> None:
    terms = glossary.load().by_term
    wrong = {
        where: f"{chinese} is {terms[chinese].identifier}"
        for where, name, chinese in _named()
        if chinese in terms and terms[chinese].identifier.replace("_", "") not in name
    }
    assert set(wrong) <= set(EXEMPT), {where: why for where, why in wrong.items() if where not in EXEMPT}
    assert set(EXEMPT) <= set(wrong), "an exception that is no longer needed"
