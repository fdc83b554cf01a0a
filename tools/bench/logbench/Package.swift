// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
]

let package = Package(
    name: "logbench",
    dependencies: [.package(name: "reprise", path: "../../..")],
    targets: [
        .executableTarget(
            name: "LogBench", dependencies: [.product(name: "RepriseLog", package: "reprise")],
            swiftSettings: settings)
    ])
