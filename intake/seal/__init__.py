"""Cryptography: answers -> fixed-size plaintext -> ciphertext and one wrapped key per reader."""
