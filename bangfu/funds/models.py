"""Models: 资金: documents, allotments and payments of assistance money, on double entry."""
