"""Fuzzy linking by Splink: EHE register against census, and pupils under two UPNs; pure, with weights from data."""
