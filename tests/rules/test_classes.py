"""Classes: an infant class over the legal size, or a nursery class with too few adults, that nobody looked at."""


def test_infant_classes_have_at_most_30_pupils_a_teacher(check):
    found = check(
        "1230Q",
        classes="""
        yeargroup | keystage | homepupils | guestpupils | teachers | exceptiona | exceptionh | found
        R         | F        | 31         |             | 1        |            |            | yes
        R         | F        | 30         |             | 1        |            |            |
        1         | 1        | 29         | 2           | 1        |            |            | yes
        1         | 1        | 29         | 1           | 1        | 0          | 0          |
        2         | 1        | 33         |             | 1        | 1          | 1          | yes
        2         | 1        | 32         |             | 1        | 1          | 1          |
        2         | 1        | 60         |             | 2        |            |            |
        2         | 1        | 61         |             | 2        |            |            | yes
        M         | 1        | 31         |             | 1        |            |            | yes
        3         | 2        | 35         |             | 1        |            |            |
        N2        | F        | 35         |             | 1        |            |            |
        R         | F        | 31         |             | 0        |            |            |
        R         | F        | 31         |             |          |            |            |
        R         | F        | many       |             | 1        |            |            |
        R         | F        |            | 31          | 1        |            |            | yes
        """,
    )
    assert "Pupils: 33, of them exceptions: 2; teachers: 1; more than 30 a teacher" in set(found["message"].astype(str))


def test_nursery_classes_have_at_most_13_pupils_an_adult(check):
    found = check(
        "1260Q",
        classes="""
        yeargroup | homepupils | guestpupils | teachers | nonteachers | found
        N2        | 26         |             | 1        | 1           |
        N2        | 27         |             | 1        | 1           | yes
        N1        | 20         | 7           | 1        | 1           | yes
        E1        | 14         |             | 0        | 1           | yes
        E2        | 13         |             |          | 1           |
        E2        | 14         |             | 1        |             | yes
        N1        | 14         |             |          |             |
        N1        | 14         |             | 0        | 0           |
        N1        | 14         |             | one      | 1           |
        R         | 30         |             | 1        |             |
        """,
    )
    assert "Pupils: 27; teachers and other adults: 2; more than 13 an adult" in set(found["message"].astype(str))
