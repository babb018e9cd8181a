"""DfE's standard for open education data (Explore Education Statistics) as facts: its checks and reference tables."""
