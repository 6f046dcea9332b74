"""Cryptography: answers -> plaintext of one size -> ciphertext and a wrapped key per recipient."""
