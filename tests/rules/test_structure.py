"""Structure: a pupil of whom a whole module is missing, who then counts as having no needs and no language."""


def test_missing_module_is_found_at_its_own_field(check):
    findings = check(
        "9999",
        pupils="""
        roll | record | language | yssa | fundedhours | enrolstatus | parttime | entrydate  | found
        on   | 1      | ENG      |      |             | C           |          |            |
        on   | 2      |          |      |             | C           |          |            | language
        on   | 3      | ENG      |      |             |             |          |            | enrolstatus
        on   | 4      |          |      |             |             |          |            | language enrolstatus
        on   | 5      |          | UNS  |             |             | false    |            |
        on   | 6      |          |      | many        |             |          | 2020-09-01 |
        on   | 7      |          |      |             | C           |          |            |
        off  | 1      |          |      |             |             |          |            |
        """,
        fsmperiods="""
        record | fsmstartdate
        7      | 2020-01-01
        """,
    )
    assert findings["message"].str.contains("characteristics").sum() == 2


def test_items_of_other_collections_do_not_fill_a_module(check):
    check(
        "9999",
        collection="2025-autumn",
        pupils="""
        language | ethnicity | enrolstatus | found
        ENG      |           | C           |
                 | WBRI      | C           | language
        """,
    )
