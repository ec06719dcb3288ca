using Xunit.Sdk;

namespace Metering.Rules;

/// <summary>
/// Says that a test holds a rule of <c>docs/rules.md</c>. The tests of one rule are run with <c>dotnet test --filter Rule=8</c>.
/// </summary>
/// <param name="number">The rule's number, 1 to 12.</param>
[TraitDiscoverer("Metering.Rules.RuleDiscoverer", "Metering.Rules")]
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RuleAttribute(int number) : Attribute, ITraitAttribute
{
    /// <summary>The rule's number.</summary>
    public int Number { get; } = number;
}
