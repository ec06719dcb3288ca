using System.Reflection;

namespace Metering.Api.Tests;

public sealed class ProblemCodeTests
{
    [Fact]
    public void Every_refusal_has_a_status_and_a_title()
    {
        var codes = typeof(RefusalCode).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!).ToList();
        Assert.NotEmpty(codes);
        Assert.All(codes, code => Assert.InRange(ProblemCode.StatusOf(code), 400, 499));
        Assert.All(ProblemCode.All, code => Assert.NotEqual("", ProblemCode.TitleOf(code)));
    }
}
