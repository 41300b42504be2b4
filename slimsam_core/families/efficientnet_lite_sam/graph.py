"""``network`` as operations of an OpenVINO graph."""

from __future__ import annotations

from slimsam_core.arch import ArchSpec
from slimsam_core.families.declaration import own
from slimsam_core.families.efficientnet_lite_sam.spec import LiteEncoder
from slimsam_core.families.encoder_graph import WrittenEarlyLate
from slimsam_core.families.graph_layers import doubled
from slimsam_core.families.graph_writer import GraphWriter, Node

_EPS = 1e-3
"""Of the batch norms of EfficientNet."""


class LiteGraph(WrittenEarlyLate):
    """See ``network.LiteSamEncoder``."""

    def __init__(self, write: GraphWriter, arch: ArchSpec) -> None:
        super().__init__(write, arch)
        self.spec = own(LiteEncoder, arch.encoder)

    def early(self, x_13SS: Node) -> Node:
        """The output of the first stage."""
        write = self.write
        x = _relu6(write, write.conv(x_13SS, "net.stem", stride=2, padding=1, norm="net.bn", eps=_EPS))
        return self._stage(x, 0)

    def late(self, x: Node) -> Node:
        """The other stages and the neck."""
        write, outputs = self.write, [x]
        for index in range(1, len(self.spec.stages)):
            outputs.append(self._stage(outputs[-1], index))
        f4, f8, f16, f32 = (outputs[self.spec.taps[stride]] for stride in (4, 8, 16, 32))
        y = write.add(write.conv(f16, "l16"), doubled(write, write.conv(f32, "l32")))
        y = write.add(
            y, write.add(self._folded(write.conv(f8, "l8"), "d8"), self._folded(write.conv(f4, "l4"), "d4"))
        )
        y = write.channel_norm(y, "n1")
        for index in range(len(self.spec.mix)):
            y = self._mixed(y, f"mix.{index}")
        return write.channel_norm(write.conv(y, "out", padding=1), "n2")

    def _stage(self, x: Node, index: int) -> Node:
        stage = self.spec.stages[index]
        for block in range(len(stage.hidden)):
            write, y = self.write.below(f"net.stages.{index}.{block}"), x
            if stage.expand:
                y = _relu6(write, write.conv(y, "expand.0", norm="expand.1", eps=_EPS))
            stride = 1 if block else stage.stride
            y = write.conv(y, "dw", stride=stride, padding=stage.kernel // 2, norm="bn1", eps=_EPS)
            y = write.conv(_relu6(write, y), "pw", norm="bn2", eps=_EPS)
            x = write.add(x, y) if block else y
        return x

    def _folded(self, x_1CHW: Node, name: str) -> Node:
        """A 1x1 convolution of squares of pixels folded into channels: one whose kernel is its stride."""
        weight = self.write.values(f"{name}.weight")
        channels = int(x_1CHW.get_output_shape(0)[1])
        side = round((weight.shape[1] // channels) ** 0.5)
        kernel = weight.reshape(len(weight), channels, side, side)
        return self.write.convolved(x_1CHW, kernel, self.write.values(f"{name}.bias"), stride=side)

    def _mixed(self, x: Node, name: str) -> Node:
        write = self.write.below(name)
        y = write.channel_norm(write.conv(x, "0", padding=3), "1")
        return write.add(x, write.conv(write.gelu(write.conv(y, "2")), "4"))


def _relu6(write: GraphWriter, x: Node) -> Node:
    return write.ops.clamp(x, 0.0, 6.0)


def encoder_graph(write: GraphWriter, arch: ArchSpec) -> LiteGraph:
    """The encoder of an architecture of this family."""
    return LiteGraph(write, arch)
