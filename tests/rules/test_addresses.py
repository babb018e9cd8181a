"""Addresses: a pupil who is counted in no ward, a letter that does not arrive."""


def test_pupil_on_roll_without_an_address_is_found(check):
    check(
        "ADDRESS-MISSING",
        pupils="""
        roll | upn           | found
        on   | E823432124001 |
        on   | Q823432124002 | yes
        on   |               | yes
        off  | T823432124003 |
        """,
        addresses="""
        roll | record | postcode
        on   | 1      | ZZ1 1ZZ
        """,
    )


def test_missing_postcode_is_found_on_both_rolls(check):
    addresses = """
        roll | record | postcode | found
        on   | 1      | AB1 2CD  |
        on   | 2      |          | yes
        off  | 1      |          | yes
        """
    check("POSTCODE-MISSING", collection="2025-autumn", addresses=addresses)


def test_impossible_postcode_is_asked_about_and_its_spacing_is_not(check):
    check(
        "POSTCODE-FORM",
        addresses="""
        record | postcode  | found
        1      | SW1A 1AA  |
        2      | sw1a1aa   |
        3      | M1   1AE  |
        4      | M1 OAE    |
        5      | BFPO 57   |
        6      | N1P 1AA   |
        7      | QX1 1AA   | yes
        8      | 12345     | yes
        9      | not known | yes
        10     |           |
        """,
    )


def test_address_without_any_line_street_house_or_flat_is_found(check):
    check(
        "ADDRESS-EMPTY",
        collection="2025-autumn",
        addresses="""
        roll | record | postcode | addressline1 | addressline3 | saon | paon | street  | town     | found
        on   | 1      | M1 1AE   | 1 Mill Lane  |              |      |      |         |          |
        on   | 2      | M1 1AE   |              | Mill House   |      |      |         |          |
        on   | 3      | M1 1AE   |              |              |      | 1    |         |          |
        on   | 4      | M1 1AE   |              |              |      |      | Mill Ln |          |
        on   | 5      | M1 1AE   |              |              | 2    |      |         |          |
        on   | 6      | M1 1AE   |              |              |      |      |         | Ashbeck  | yes
        on   | 7      | M1 1AE   |              |              |      |      |         |          | yes
        off  | 1      | M1 1AE   |              |              |      |      |         |          |
        """,
    )


def test_address_in_parts_that_names_no_place_is_asked_about(check):
    check(
        "ADDRESS-PLACE",
        addresses="""
        record | paon | street  | locality | town    | administrativearea | posttown | addressline1 | found
        1      | 1    | Mill Ln |          | Ashbeck |                    |          |              |
        2      | 1    | Mill Ln | Overton  |         |                    |          |              |
        3      | 1    | Mill Ln |          |         | Ashshire           |          |              |
        4      | 1    | Mill Ln |          |         |                    | Ashbeck  |              | yes
        5      |      | Mill Ln |          |         |                    |          |              | yes
        6      |      |         |          |         |                    |          | 1 Mill Lane  |
        7      |      |         |          |         |                    |          |              |
        """,
    )


def test_property_number_is_a_whole_number_of_up_to_twelve_digits(check):
    check(
        "UPRN-FORM",
        collection="2025-autumn",
        addresses="""
        roll | record | uniquepropertyreferencenumber | found
        on   | 1      | 1                             |
        on   | 2      | 999999999999                  |
        on   | 3      | 000010012345                  |
        on   | 4      | 1000000000000                 | yes
        on   | 5      | 0                             | yes
        on   | 6      | 12A4                          | yes
        on   | 7      |                               |
        off  | 1      | -5                            | yes
        """,
    )
