// swift-tools-version: 6.2

import Foundation
import PackageDescription

/// What every Swift target is built with.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
]

/// Whether a header of a library that is not needed is installed.
func isInstalled(_ header: String) -> Bool {
  ["/usr/include", "/usr/local/include", "/opt/homebrew/include"].contains {
    FileManager.default.fileExists(atPath: "\($0)/\(header)")
  }
}

/// ISA-L deflates and inflates several times as fast as zlib (Debian: libisal-dev); without it the same code runs on zlib.
let isal = isInstalled("isa-l/igzip_lib.h")

/// libyaml reads files of layers in YAML (Debian: libyaml-dev); without it they are written in JSON.
///
/// Yams would do as well, but brings all of Foundation and its tables of characters: 40 MB.
let yaml = isInstalled("yaml.h")

let package = Package(
  name: "imgconv",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "imgconv", targets: ["imgconv"]),
    .library(
      name: "ImageConvolution",
      targets: ["Tensors", "Codecs", "Kernels", "Convolution", "FeatureMaps", "Networks", "ModelFiles", "Pipeline"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Without its traits it needs no more of Foundation than FoundationEssentials.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "imgconv",
      dependencies: [
        "Codecs", "Convolution", "FeatureMaps", "Kernels", "Pipeline", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    .target(
      name: "Pipeline",
      dependencies: [
        "CFiles", "Codecs", "Kernels", "Convolution", "FeatureMaps", "ModelFiles", "Networks", "Tensors",
      ],
      swiftSettings: settings),

    .target(name: "Codecs", dependencies: ["CCodecs", "Tensors"], swiftSettings: settings),
    .target(
      name: "Kernels",
      dependencies: ["Tensors"],
      // A link to the folder kernels/, whose files the binary carries.
      exclude: ["Catalogue/README.md"],
      resources: [.embedInCode("Catalogue")],
      swiftSettings: settings),
    .target(name: "Convolution", dependencies: ["CMicrokernels", "Tensors"], swiftSettings: settings),
    .target(
      name: "FeatureMaps",
      dependencies: ["Tensors"],
      // The parts of the interactive pages.
      resources: [.embedInCode("Pages/Assets")],
      swiftSettings: settings),
    .target(name: "Networks", dependencies: ["Convolution", "Tensors"], swiftSettings: settings),
    .target(
      name: "ModelFiles",
      dependencies: [
        "Convolution", "Networks", "ONNXSchema", "Tensors",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ] + (yaml ? ["CYAML"] : []),
      swiftSettings: settings + (yaml ? [.define("IMGCONV_HAVE_YAML")] : [])),
    // Made by a generator of the .proto files; it neither marks what is unsafe nor how its imports are meant.
    .target(
      name: "ONNXSchema", dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["model.proto", "node.proto", "tensor.proto", "value.proto"], swiftSettings: [.swiftLanguageMode(.v6)]),
    .target(name: "Tensors", swiftSettings: settings),

    .target(
      name: "CCodecs",
      dependencies: ["CPNG", "CJPEG"],
      cSettings: isal ? [.define("IMGCONV_HAVE_ISAL")] : [],
      linkerSettings: [.linkedLibrary("z")] + (isal ? [.linkedLibrary("isal")] : [])),
    .target(name: "CFiles"),
    .target(name: "CMicrokernels"),

    .systemLibrary(
      name: "CPNG",
      path: "Sources/SystemLibraries/CPNG",
      pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CJPEG",
      path: "Sources/SystemLibraries/CJPEG",
      pkgConfig: "libjpeg",
      providers: [.apt(["libjpeg62-turbo-dev"]), .brew(["jpeg-turbo"])]),

    .target(
      name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "CodecsTests", dependencies: ["Codecs", "TestSupport"], exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "KernelsTests", dependencies: ["Kernels", "TestSupport"], exclude: ["Goldens/imagemagick.txt"],
      swiftSettings: settings),
    .testTarget(
      name: "ConvolutionTests", dependencies: ["Convolution", "TestSupport"], exclude: ["Goldens", "OperatorGoldens"],
      swiftSettings: settings),
    .testTarget(
      name: "FeatureMapsTests", dependencies: ["FeatureMaps", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks", "Tensors", "TestSupport"], exclude: ["Goldens"],
      swiftSettings: settings),
    .testTarget(
      name: "ModelFilesTests",
      dependencies: [
        "ModelFiles", "Networks", "ONNXSchema", "Tensors", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], swiftSettings: settings),
    .testTarget(
      name: "PipelineTests",
      dependencies: ["Codecs", "Convolution", "FeatureMaps", "Kernels", "Pipeline", "Tensors", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "CLITests",
      dependencies: [
        "imgconv", "Codecs", "Convolution", "FeatureMaps", "Kernels", "ModelFiles", "Tensors", "TestSupport",
      ],
      swiftSettings: settings),
  ]
)

if yaml {
  package.targets.append(
    .systemLibrary(
      name: "CYAML",
      path: "Sources/SystemLibraries/CYAML",
      pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]))
}

// What Scripts/fuzz links with libFuzzer.
if Context.environment["IMGCONV_BUILDS_FUZZ"] != nil {
  package.products.append(.library(name: "Fuzz", type: .static, targets: ["Fuzz"]))
  package.targets.append(
    .target(
      name: "Fuzz", dependencies: ["Codecs", "Kernels", "Pipeline", "Tensors"], path: "Tests/Fuzz",
      exclude: ["malloc_failure.c"],
      swiftSettings: settings))
}
