"""The record of a plan's version: everything that proves it, and the proof from it alone."""
