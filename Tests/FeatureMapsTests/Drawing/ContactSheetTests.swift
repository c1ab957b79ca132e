import Tensors
import Testing

@testable import FeatureMaps

@Suite struct ContactSheetTests {
  static let blue = ColorMap.Color(red: 0, green: 0, blue: 255)

  private func tiles(_ count: Int, width: Int = 32, height: Int = 16) -> [ContactSheet.Tile] {
    (0..<count).map {
      ContactSheet.Tile(
        name: "map-\($0)", details: ["16×32", "0…1"], picture: Canvas(width: width, height: height, paper: Self.blue))
    }
  }

  @Test(arguments: [1, 2, 5, 9, 10, 21, 64, 200])
  func picturesLieWholeBesideOneAnother(count: Int) {
    let sheet = ContactSheet(title: "maps", tiles: tiles(count))
    let layout = SheetLayout(sheet)
    let canvas = sheet.drawn()
    let size = layout.drawnSize(of: sheet.tiles[0].picture)
    #expect(size.width % 32 == 0 && size.width == 2 * size.height)
    #expect(size.width == ContactSheet.pictureSide(tileCount: count))
    var filled = 0
    for y in 0..<canvas.height { for x in 0..<canvas.width where canvas[x, y] == Self.blue { filled += 1 } }
    #expect(filled == count * size.width * size.height)
    for index in 0..<count {
      let origin = layout.origin(of: index)
      #expect(origin.x >= SheetLayout.margin && origin.x + layout.tileWidth <= canvas.width - SheetLayout.margin)
      #expect(canvas[origin.x, origin.y] == Self.blue)
      #expect(canvas[origin.x + size.width - 1, origin.y + size.height - 1] == Self.blue)
    }
  }

  @Test func leavesItsMarginsBlank() {
    let canvas = ContactSheet(title: "maps", tiles: tiles(3), legend: ColorScale(.turbo, low: 0, high: 1)).drawn()
    for y in 0..<canvas.height {
      for x in 0..<canvas.width
      where min(x, y, canvas.width - 1 - x, canvas.height - 1 - y) < SheetLayout.margin - 1 {
        #expect(canvas[x, y] == .white)
      }
    }
  }

  @Test func fillsThePlaceOfAPictureByAWholeFactorWhereThatNearlyDoes() {
    let layout = SheetLayout(ContactSheet(title: "", tiles: tiles(1)))
    #expect(layout.drawnSize(of: Canvas(width: 7, height: 7)) == (252, 252))
    #expect(layout.drawnSize(of: Canvas(width: 240, height: 150)) == (240, 150))
    #expect(layout.drawnSize(of: Canvas(width: 150, height: 100)) == (256, 171))
    #expect(layout.drawnSize(of: Canvas(width: 1024, height: 512)) == (256, 128))
  }

  @Test func drawsOneScaleForAllOrOneForEach() {
    let map = FeatureMap(name: "a", plane: ValuePlane(width: 2, height: 1, values: [-1, 1]))
    let shared = ContactSheet(
      title: "", maps: [map, map], scales: [.init(.grey, low: 0, high: 1), .init(.grey, low: 0, high: 1)])
    #expect(shared.legend != nil && shared.tiles.allSatisfy { $0.scale == nil })
    let each = ContactSheet(
      title: "", maps: [map, map], scales: [.init(.grey, low: 0, high: 1), .init(.grey, low: 0, high: 2)])
    #expect(each.legend == nil && each.tiles.allSatisfy { $0.scale != nil })
  }

  @Test func saysShapeRangeMeanAndZeroesOfAMap() {
    let map = FeatureMap(name: "edge", plane: ValuePlane(width: 4, height: 1, values: [-0.5, 0, 0, 1.25]))
    let tile = ContactSheet.Tile(map, scale: ColorScale(.grey, low: 0, high: 1), ownScale: false)
    #expect(tile.name == "edge")
    #expect(tile.details == ["1×4", "−0.5…1.25", "mean 0.188", "zero 50 %"])
  }

  @Test func breaksNotesThatAreTooLong() {
    let note = (1...9).map { "part number \($0)" }.joined(separator: " · ")
    let layout = SheetLayout(ContactSheet(title: "", notes: [note], tiles: tiles(2)))
    #expect(layout.lines.count > 1)
    #expect(layout.lines.allSatisfy { BitmapFont.standard.width(of: $0) <= layout.textWidth })
    #expect(layout.lines.joined(separator: " · ") == note)
  }

  @Test func drawsAKernelsCellsInTheirColours() {
    var canvas = Canvas(width: 100, height: 100)
    let used = canvas.draw(KernelBank(rows: [[-1, 0], [0, 2]]), x: 10, y: 10, side: 86)
    #expect(used == 85)
    let colors = ColorScale(.diverging, low: -2, high: 2)
    // Corners of cells, which numbers do not reach.
    #expect(canvas[12, 12] == colors.color(of: -1))
    #expect(canvas[12 + 42, 12] == colors.color(of: 0))
    #expect(canvas[12 + 42, 12 + 42] == colors.color(of: 2))
    #expect(canvas[97, 12] == .white && canvas[9, 9] == .white)
    // A number is written in each.
    let inside = (13...50).flatMap { y in (13...50).map { canvas[$0, y] } }
    #expect(inside.contains(.ink))
  }

  @Test func drawsThePlanesOfAKernelApart() {
    var canvas = Canvas(width: 100, height: 100)
    let taps = [1.0, -1, 1]
    canvas.draw(KernelBank(inputCount: 3, height: 1, width: 1, taps: taps), x: 0, y: 0, side: 84)
    let colors = ColorScale(.diverging, low: -1, high: 1)
    #expect(canvas[3, 3] == colors.color(of: 1))
    #expect(canvas[47, 3] == colors.color(of: -1))
    #expect(canvas[3, 47] == colors.color(of: 1))
  }

  @Test func shrinksKernelsThatAreLargerThanTheirPlace() {
    var canvas = Canvas(width: 100, height: 100)
    let bank = KernelBank(height: 200, width: 200, taps: Array(repeating: 1, count: 40000))
    #expect(canvas.draw(bank, x: 0, y: 0, side: 86) == 86)
    #expect(canvas[40, 40] == ColorMap.diverging.color(at: 1) && canvas[86, 40] == .white)
  }
}
