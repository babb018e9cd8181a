-- Published statistics with DuckDB: set the store's folder, then run the statements.
-- In DuckDB's command line: SET VARIABLE store = 'data';

-- The whole over the terms; a hidden figure is NULL, and its symbol says why.
SELECT collection, time_identifier, pupil_count, pupil_count_symbol
FROM read_parquet(getvariable('store') || '/statistics/pupils_characteristics/*/*/*.parquet', hive_partitioning = true)
WHERE breakdown = 'Total'
ORDER BY time_period, time_identifier;

-- SEN provision in schools: how many schools' counts are shown and how many hidden. Hidden ones are counted, not guessed.
SELECT collection, breakdown, count(pupil_count) AS shown, count(*) FILTER (pupil_count_symbol = 'c') AS hidden
FROM read_parquet(
    getvariable('store') || '/statistics/pupils_characteristics_establishments/*/*/*.parquet', hive_partitioning = true
)
WHERE breakdown_topic = 'SEN provision'
GROUP BY collection, breakdown
ORDER BY collection, breakdown;

-- Absence: rates of the authority by free school meals, over the terms.
SELECT collection, breakdown, session_absent_percent, session_absent_percent_symbol
FROM read_parquet(getvariable('store') || '/statistics/absence/*/*/*.parquet', hive_partitioning = true)
WHERE breakdown_topic IN ('Total', 'FSM status')
ORDER BY collection, breakdown;
