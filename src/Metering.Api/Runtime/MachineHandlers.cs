using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Machines and their cores.</summary>
internal sealed class MachineHandlers(NotedMeters meters, JsonBodies bodies)
{
    public async Task PutAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.MachineRequest).ConfigureAwait(false);
        var request = body.Value;
        var errors = new FieldErrors();
        var fingerprint = Texts.Id(errors, "/fingerprint", call.Path("fingerprint"));
        Texts.OptionalName(errors, "/name", request.Name);
        errors.Require(request.Cores is >= 0, "/cores", request.Cores is null ? "is required" : "must be zero or more");
        errors.ThrowIfAny();

        var command = new SetMachine { Fingerprint = fingerprint, Cores = request.Cores!.Value, Name = request.Name };
        // Without a key: PUT says what is to be, so doing it again changes nothing.
        var result = await meters.ApplyAsync(call.LicenseId, command, once: null, call.Aborted).ConfigureAwait(false);
        // Before the general way, because this refusal says how many cores there are in all.
        if (result.Answer is Refusal { Code: RefusalCode.QuotaExceeded } refusal)
        {
            throw new ProblemException(TooManyCores(refusal, command.Cores));
        }

        var machine = Answers.Expect<MachineAnswer>(call, call.LicenseId, result, "/cores");
        var status = machine.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await JsonReply.SendAsync(call.Http, status, machine, ApiJson.Default.MachineAnswer).ConfigureAwait(false);
    }

    public async Task DeleteAsync(ApiCall call)
    {
        var command = new RemoveMachine { Fingerprint = call.Path("fingerprint") };
        var result = await meters.ApplyAsync(call.LicenseId, command, once: null, call.Aborted).ConfigureAwait(false);
        Answers.Expect<Answer>(call, call.LicenseId, result);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Problem TooManyCores(Refusal refusal, decimal cores)
    {
        var problem = Answers.ToProblem(refusal);
        return problem with { Cores = new CoreTotals((refusal.OtherCores ?? 0) + cores, refusal.Usage?.Allowance, cores) };
    }
}
