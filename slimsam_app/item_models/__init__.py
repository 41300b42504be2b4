"""Qt item models over the document; they show and never change."""
