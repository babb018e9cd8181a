"""What pages of every stage share: drawings, and how a page is filled and guarded."""
