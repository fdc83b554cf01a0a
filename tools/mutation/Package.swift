// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

// A separate package, so that no build of Reprise needs swift-syntax; `tools/mutate` builds and runs it.
let package = Package(
    name: "mutation",
    dependencies: [
        .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // Which mutants does a source file have? Pure.
        .target(
            name: "Mutants",
            dependencies: [
                .product(name: "SwiftOperators", package: "swift-syntax"),
                .product(name: "SwiftSyntax", package: "swift-syntax"),
                .product(name: "SwiftParser", package: "swift-syntax"),
            ],
            swiftSettings: settings),
        // Which of them do the tests detect? Builds and runs them in a copy of the tree.
        .executableTarget(
            name: "mutate",
            dependencies: ["Mutants", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings),
        .testTarget(name: "MutantsTests", dependencies: ["Mutants"], swiftSettings: settings),
    ]
)
