"""Tables on the disk: the same rows are the same bytes, and come back as they went in."""

import io
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal

from flows.parquet import arrow_from, frame_from, parquet_bytes, read_frame
from flows.storage import Store
from flows.transaction import Transaction
from schemas.errors import Unreadable
from tests.clean_tables import census


def table():
    strings = pd.ArrowDtype(pa.string())
    return pd.DataFrame(
        {
            "surname": pd.Series(["NA", "", "Łuczak", None, "007"], dtype=strings),
            "sex": pd.Categorical(["M", "F", None, "F", "m"]),
            "is_on_roll": pd.Series([True, False, None, True, True], dtype=pd.ArrowDtype(pa.bool_())),
            "record": pd.Series([1, 0, None, 2**60, -1], dtype=pd.ArrowDtype(pa.int64())),
            "rate": pd.Series([0.1, None, 0.0, 1e300, -2.5], dtype=pd.ArrowDtype(pa.float64())),
            "dob": pd.Series(
                [date(2012, 2, 29), None, date(1900, 1, 1), date(2026, 1, 15), None], dtype=pd.ArrowDtype(pa.date32())
            ),
        }
    )


def test_a_table_comes_back_as_it_went_in():
    before = table()
    after = frame_from(parquet_bytes(before))
    assert_frame_equal(after.drop(columns="sex"), before.drop(columns="sex"))
    assert list(after["sex"].cat.categories) == ["F", "M", "m"]
    assert after["sex"].astype(object).where(after["sex"].notna(), None).tolist() == ["M", "F", None, "F", "m"]


def test_the_order_and_number_of_unused_categories_change_no_byte():
    before = table()
    other = before.assign(sex=before["sex"].cat.set_categories(["m", "unused", "M", "F"]))
    assert parquet_bytes(other) == parquet_bytes(before)


def test_chunking_changes_no_byte():
    before = table()
    chunked = pd.concat([before.iloc[:2], before.iloc[2:]]).assign(sex=before["sex"])
    assert parquet_bytes(chunked) == parquet_bytes(before)


def test_the_input_is_not_changed():
    before = table()
    parquet_bytes(before)
    assert_frame_equal(before, table())


def test_empty_and_all_null_tables_keep_their_types():
    for part in (table().iloc[:0], table().iloc[3:4].assign(sex=pd.Categorical([None]))):
        after = frame_from(parquet_bytes(part))
        assert [str(kind) for kind in after.dtypes] == [str(kind) for kind in table().dtypes]
        assert arrow_from(parquet_bytes(part)).schema.field("sex").type == pa.dictionary(pa.int32(), pa.string())


@pytest.mark.parametrize("name", ["pupils", "schoolcensus", "fsmperiods"])
def test_a_clean_table_comes_back_in_its_contract(name):
    frame = census("2026-spring")[name]
    assert_frame_equal(frame_from(parquet_bytes(frame)), frame, check_categorical=False)


def test_a_long_table_of_several_row_groups_has_one_dictionary_a_column():
    codes = pd.DataFrame({"code": pd.Categorical(np.array(["a", "b", "c"])[np.arange(300_000) // 100_001])})
    after = frame_from(parquet_bytes(codes))
    assert after["code"].tolist() == codes["code"].tolist()


def test_plain_pandas_reads_whole_numbers_with_gaps_as_whole_numbers():
    frame = pd.DataFrame(
        {"value": pd.array([7, None, 0], dtype="Int64"), "symbol": pd.array([None, "c", "z"], dtype="string")}
    )
    after = pd.read_parquet(io.BytesIO(parquet_bytes(frame, metadata={"title": "Pupils"})))
    assert str(after["value"].dtype) == "Int64"
    assert after["value"].isna().tolist() == [False, True, False]


def test_a_title_can_be_kept_in_the_file():
    schema = pa.parquet.read_schema(io.BytesIO(parquet_bytes(table(), metadata={"title": "Pupils"})))
    assert schema.metadata[b"title"] == b"Pupils"


def test_columns_can_be_chosen():
    assert list(frame_from(parquet_bytes(table()), columns=["dob", "sex"]).columns) == ["dob", "sex"]


def test_a_damaged_table_is_one_sentence(tmp_path):
    store = Store.open(tmp_path)
    with store.locked(), Transaction(store) as transaction:
        transaction.stage("clean/t.parquet", parquet_bytes(table())[:200])
        transaction.commit()
    with pytest.raises(Unreadable, match=r"clean/t\.parquet of the store is damaged"):
        read_frame(store, "clean/t.parquet")
