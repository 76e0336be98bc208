"""What only this book needs of its subject (`hidden_layer`): what the pages say, show and ask.

`catalogue` holds what is said of each activation, `tables` and `plots` the look of tables and figures, `figures` the
moving figures of the chapters, `experiments` the runs and their verdicts, `exercises` the coding exercises.
"""
