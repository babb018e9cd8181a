"""DfE's published figures that come with the program, and the layouts in which DfE publishes more of them."""
