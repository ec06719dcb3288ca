using System.Reflection;

namespace Metering.Tests.Turns;

/// <summary>Reads are worked out by the operator's rules, as writes are.</summary>
[Rule(3)]
public sealed class ReadRulesTests
{
    public static TheoryData<string> Reads =>
        [.. typeof(LicenseMeter).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .Where(method => method.Name is not (nameof(LicenseMeter.Apply) or nameof(LicenseMeter.Invalidity)))
        .Select(method => method.Name)];

    /// <summary>
    /// A read that has rules of its own could show something else than a write finds; so it must be told, with no default.
    /// </summary>
    [Theory]
    [MemberData(nameof(Reads))]
    public void A_read_takes_the_operators_rules(string read)
    {
        var rules = Assert.Single(
            typeof(LicenseMeter).GetMethod(read)!.GetParameters(), parameter => parameter.ParameterType == typeof(MeterRules));
        Assert.False(rules.IsOptional);
    }
}
