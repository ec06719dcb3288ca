using System.Text.Json.Nodes;
using Metering.Conformance.Client;

namespace Metering.Conformance.BadInput;

/// <summary>
/// Sends each bad value of a field and asks that every one is refused with its place; all that are not are told together.
/// </summary>
public abstract class FieldTest : ContractTest
{
    protected static async Task AllRefused(string field, string?[] values, JsonObject body, Func<string, Task<Reply>> send)
    {
        var failures = new List<string>();
        foreach (var value in values)
        {
            try
            {
                (await send(Body.WithRaw(body, field, value))).RefusesField("/" + field);
            }
            catch (Xunit.Sdk.XunitException failure)
            {
                failures.Add(failure.Message);
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }
}
