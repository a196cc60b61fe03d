"""Article 4.2 消费帮扶: supply list, purchases, brands with licences, the share canteens keep."""
