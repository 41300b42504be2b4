"""Models as files for other programs: transformers, Transformers.js, ONNX Runtime, OpenVINO."""

from slimsam_core.export.exporter import FORMATS, ModelExportReport, export_model

__all__ = ["FORMATS", "ModelExportReport", "export_model"]
