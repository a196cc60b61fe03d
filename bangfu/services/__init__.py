"""Chapter 3 提升公共服务和乡村治理, and 1.3: a room for each article; what several of them share stands here."""
