"""One job from a teacher to a verdict: adapt to a project's labels if wanted, slim, judge."""
