using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Metering.Client.Admin;
using Metering.Client.Tests.Support;

namespace Metering.Client.Tests.Admin;

/// <summary>What the client can call, beside what the contract has: a new route is not forgotten.</summary>
public sealed class AdminRouteTests
{
    private static readonly Dictionary<string, string> LeftOut = new(StringComparer.Ordinal)
    {
        ["POST /api/events"] = "the same as below /api/v1",
        ["GET /api/usage/{tenant}/{metric}"] = "the same as below /api/v1",
        ["GET /api/usage/{tenant}/{metric}/top-users"] = "the same as below /api/v1",
        ["GET /api/quota/{tenant}/{metric}"] = "the same as below /api/v1",
        ["POST /api/billing-report"] = "the same as below /api/v1",
        ["POST /api/v1/licenses/{id}/actions/increment-usage"] = "for software that was written for Keygen",
        ["POST /api/v1/licenses/{id}/actions/decrement-usage"] = "for software that was written for Keygen",
        ["POST /api/v1/licenses/{id}/actions/reset-usage"] = "for software that was written for Keygen",
        ["GET /.well-known/jwks.json"] = "leases are proved with it, by MeteringClient",
    };

    [Fact]
    public async Task Every_route_of_operators_can_be_called_and_no_other()
    {
        var contract = Routes().Where(route => !LeftOut.ContainsKey(route)).Order(StringComparer.Ordinal).ToList();

        using var told = await CalledAsync();

        Assert.Equal(contract, told.Requests.Select(request => Known(contract, request)).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_call_that_takes_a_key_is_made_with_one_and_no_other()
    {
        var contract = Routes(withKey: true).Where(route => !LeftOut.ContainsKey(route)).Order(StringComparer.Ordinal).ToList();

        using var told = await CalledAsync();

        Assert.Equal(contract, told.WithKey.Select(request => Known(contract, request)).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_left_out_is_in_the_contract() => Assert.Empty(LeftOut.Keys.Except(Routes()));

    // What operators use: all that takes a token, and all that takes no credential.
    private static IEnumerable<string> Routes(bool withKey = false)
    {
        using var contract = JsonDocument.Parse(File.ReadAllText(Document()));
        return
        [
            .. from path in contract.RootElement.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               let credentials = operation.Value.TryGetProperty("security", out var security)
                   ? security.EnumerateArray().SelectMany(one => one.EnumerateObject()).Select(one => one.Name).ToList()
                   : []
               where credentials.Count == 0 || credentials.Contains("token")
               where !withKey || operation.Value.GetRawText().Contains("\"Idempotency-Key\"", StringComparison.Ordinal)
               select $"{operation.Name.ToUpperInvariant()} {path.Name}",
        ];
    }

    private static string Document([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/openapi.json"));

    private static string Known(List<string> contract, string request) => contract.Find(route => Regex.IsMatch(
        request, "^" + Regex.Replace(Regex.Escape(route), @"\\\{[^}]*}", "made-up-[a-z]+") + "$")) ?? request;

    // Each public method of each part, with arguments that are made up; only the request matters.
    private static async Task<Told> CalledAsync()
    {
        var told = new Told();
        using var admin = new MeteringAdmin(
            new MeteringAdminOptions { Address = new Uri("http://meter.invalid"), Token = "any" }, new HttpClient(told), TimeProvider.System);
        foreach (var part in typeof(MeteringAdmin).GetProperties().Select(property => property.GetValue(admin)!))
        {
            foreach (var method in part.GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                var before = told.Requests.Count;
                await CallAsync(method.Invoke(part, [.. method.GetParameters().Select(MadeUp)])!);
                Assert.True(told.Requests.Count > before, $"{part.GetType().Name}.{method.Name} asked for nothing.");
            }
        }

        return told;
    }

    private static async Task CallAsync(object call)
    {
        try
        {
            if (call is Task task)
            {
                await task;
                return;
            }

            var begin = call.GetType().GetInterfaces().Single(one => one.IsGenericType
                && one.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)).GetMethod("GetAsyncEnumerator")!;
            var items = begin.Invoke(call, [CancellationToken.None])!;
            await (ValueTask<bool>)items.GetType().GetInterfaces().Single(one => one.IsGenericType
                && one.GetGenericTypeDefinition() == typeof(IAsyncEnumerator<>)).GetMethod("MoveNextAsync")!.Invoke(items, null)!;
        }
        catch (MeteringException)
        {
            // The answer is none, and need not be.
        }
    }

    private static object? MadeUp(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        return parameter.HasDefaultValue && parameter.Name != "instead" ? type.IsValueType ? Activator.CreateInstance(type) : null
            : type == typeof(string) ? "made-up-" + parameter.Name!.ToLowerInvariant()
            : type == typeof(IReadOnlyList<UsageEvent>) ? Array.Empty<UsageEvent>()
            : type == typeof(JsonElement) ? JsonElement.Parse("{}")
            : type == typeof(Stream) ? new MemoryStream()
            : type.IsValueType ? Activator.CreateInstance(type)
            : RuntimeHelpers.GetUninitializedObject(type);
    }
}
