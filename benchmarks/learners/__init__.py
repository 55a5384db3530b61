"""What the learners are measured by; each file is a command of its own."""
