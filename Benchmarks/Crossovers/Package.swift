// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "crossovers",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "imgconv", path: "../..")],
  targets: [
    .executableTarget(
      name: "crossovers", dependencies: [.product(name: "ImageConvolution", package: "imgconv")], path: ".",
      exclude: ["compare.py"], sources: ["main.swift"], swiftSettings: [.swiftLanguageMode(.v6)])
  ])
