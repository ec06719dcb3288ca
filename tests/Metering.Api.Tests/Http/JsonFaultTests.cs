namespace Metering.Api.Tests;

public sealed class JsonFaultTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("$", "")]
    [InlineData("$.amount", "/amount")]
    [InlineData("$.plans[0].includes[12].tiers[3].from", "/plans/0/includes/12/tiers/3/from")]
    [InlineData("$['a.b'].c", "/a.b/c")]
    [InlineData("$['a/b~c']", "/a~1b~0c")]
    [InlineData("$[5]", "/5")]
    public void A_path_becomes_a_pointer(string? path, string pointer) => Assert.Equal(pointer, JsonFault.ToPointer(path));
}
