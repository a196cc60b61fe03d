"""3.4: points of households in double entry: applied for, judged, published, posted, redeemed, reset, looked up by code."""
