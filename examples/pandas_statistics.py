"""Published statistics with pandas: `python examples/pandas_statistics.py STORE`."""

import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

statistics = Path(sys.argv[1]) / "statistics"

# All terms of a dataset as one table; collection and la come from the folders' names.
pupils = pd.read_parquet(statistics / "pupils_characteristics")

# The whole over the terms. A hidden figure is null here, and its symbol says why: never fill it with 0.
whole = pupils.loc[pupils["breakdown"].eq("Total"), ["time_period", "time_identifier", "pupil_count"]]
print(whole.sort_values(["time_period", "time_identifier"]).to_string(index=False))

# One topic, numbers and symbols side by side in one column of text.
sex = pupils.loc[pupils["breakdown_topic"].eq("Sex")]
shown = sex["pupil_count"].astype("string").fillna(sex["pupil_count_symbol"].astype("string"))
print(sex[["collection", "breakdown"]].assign(pupil_count=shown).to_string(index=False))

# How much of a dataset is hidden, by term.
hidden = pupils["pupil_count_symbol"].eq("c").fillna(value=False)
print(hidden.groupby(pupils["collection"].astype("string")).mean().round(3).to_string())

# What a file says of itself: title, source, census day, disclosure profile, code version.
part = sorted((statistics / "pupils_characteristics").rglob("*.parquet"))[-1]
for name, text in sorted((pq.read_schema(part).metadata or {}).items()):
    if name != b"pandas":
        print(f"{name.decode()}: {text.decode()}")
