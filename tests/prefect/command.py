"""`python -m tests.prefect.command …`: the command line as a module, wherever the script `termly` is."""

from flows.cli import main

if __name__ == "__main__":
    main(prog_name="termly")
