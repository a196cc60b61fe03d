"""分配: how money of a document is split among the places below, proposed by shares and factors, decided by a person."""
