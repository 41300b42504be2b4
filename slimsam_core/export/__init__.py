"""Models as files for other programs: transformers, Transformers.js, ONNX Runtime, OpenVINO."""

from slimsam_core.export.exporter import FORMATS, ExportReport, export_model

__all__ = ["FORMATS", "ExportReport", "export_model"]
