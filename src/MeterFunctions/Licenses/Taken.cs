using Metering;

namespace MeterFunctions.Licenses;

/// <summary>What a command came to.</summary>
/// <param name="Result">What its caller is told.</param>
/// <param name="IsRemembered">Whether whoever knows the command finds the same in the license's rows.</param>
internal readonly record struct Taken(ApplyResult Result, bool IsRemembered);
