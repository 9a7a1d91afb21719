"""The history at the desk: who changed what and when, and the way back to what stood there before."""
