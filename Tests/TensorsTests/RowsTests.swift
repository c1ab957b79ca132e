import Tensors
import Testing

@Suite("Rows")
struct RowsTests {
  @Test func ofPixelsInterleaveTheirChannels() {
    let rows = PixelRows(format: PixelFormat(.rgb), width: 2, rowCount: 2, bytes: (0..<12).map { UInt8($0) })
    #expect(rows.bytesPerRow == 6)
    #expect(rows[row: 0, x: 1, channel: 0] == 3)
    #expect(rows[row: 1, x: 0, channel: 2] == 8)
  }

  @Test func ofSixteenBitsUseTheMachinesByteOrder() {
    let bytes = unsafe withUnsafeBytes(of: (UInt16(513), UInt16(65535))) { unsafe Array($0) }
    let rows = PixelRows(format: PixelFormat(.grey, depth: .sixteen), width: 2, rowCount: 1, bytes: bytes)
    #expect(rows[row: 0, x: 0, channel: 0] == 513)
    #expect(rows[row: 0, x: 1, channel: 0] == 65535)
  }

  @Test func canBeJoinedAndCut() {
    var rows = PixelRows(format: PixelFormat(.grey), width: 2, rowCount: 1, bytes: [1, 2])
    rows.append(PixelRows(format: PixelFormat(.grey), width: 2, rowCount: 2, bytes: [3, 4, 5, 6]))
    #expect(rows.bytes == [1, 2, 3, 4, 5, 6] && rows.rowCount == 3)
    rows.truncate(toRows: 2)
    #expect(rows.bytes == [1, 2, 3, 4] && rows.rowCount == 2)
  }

  @Test func toComputeWithKeepTheChannelsOfARowApart() {
    let rows = PlanarRows<Float>(channelCount: 2, width: 3, rowCount: 2, samples: (0..<12).map(Float.init))
    #expect(Array(rows.run(row: 1, channel: 0)) == [6, 7, 8])
    #expect(rows.prefix(channels: 1).samples == [0, 1, 2, 6, 7, 8])
  }

  @Test func toComputeWithAreTakenFromTheFront() {
    var rows = PlanarRows<Float>(channelCount: 1, width: 2, rowCount: 3, samples: [0, 1, 2, 3, 4, 5])
    #expect(rows.removeFirst(2).samples == [0, 1, 2, 3])
    #expect(rows.samples == [4, 5] && rows.rowCount == 1)
    rows.append(PlanarRows(channelCount: 1, width: 2, rowCount: 1, samples: [6, 7]))
    #expect(rows.removeFirst(2).samples == [4, 5, 6, 7])
    #expect(rows.samples.isEmpty && rows.rowCount == 0)
  }

  @Test func describeTheirFormat() {
    #expect(PixelFormat(.rgb, hasAlpha: true, depth: .sixteen).description == "16-bit RGBA")
    #expect(PixelFormat(.grey, hasAlpha: true).bytesPerPixel == 2)
  }
}
