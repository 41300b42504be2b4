"""What a person can want of a project, each as a label and the edits that bring it about."""
