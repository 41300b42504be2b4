"""One file a family of models; each registers its image encoder with ``models.registry``."""
