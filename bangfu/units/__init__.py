"""单位、组团、工作队: who helps whom, and who was sent; `helped` tells the towns of a unit and the units of a town."""
