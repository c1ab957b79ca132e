import ArgumentParser

@main
struct ImgConv: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "imgconv")
}
