"""What hub/kubernetes says, held against the chart's own schema, Kubernetes' own, and what the kit asks for."""

import copy
import json
import re

import jsonschema
import kubernetes_validate
import pytest
import yaml
from jupyterhub.roles import get_default_roles

from openpractice.service import serve
from repo import REPO

HERE = REPO / "hub" / "kubernetes"
# Not ours to carry along: the chart's values and their schema, where somebody has laid them.
CHART = REPO.parent / "shared" / "kubernetes"
KUBERNETES = "1.32"
MANIFESTS = {one["kind"]: one for one in yaml.safe_load_all((HERE / "open-practice.yaml").read_text())}
VALUES = yaml.safe_load((HERE / "values.yaml").read_text())
POD = MANIFESTS["Deployment"]["spec"]["template"]["spec"]
ENV = {one["name"]: one for one in POD["containers"][0]["env"]}


def merged(base, more):
    """As Helm merges values: objects key by key, everything else replaced."""
    if not (isinstance(base, dict) and isinstance(more, dict)):
        return more
    return base | {key: merged(base.get(key), value) for key, value in more.items()}


def faults(values) -> list[str]:
    """What the chart's schema says against our values, laid over its own."""
    if not (CHART / "z2jh-values.schema.yaml").is_file():
        pytest.skip(f"the chart's schema is not in {CHART}")
    schema = yaml.safe_load((CHART / "z2jh-values.schema.yaml").read_text())
    whole = merged(yaml.safe_load((CHART / "z2jh-values.yaml").read_text()), values)
    return [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(whole)]


def test_the_chart_takes_our_values():
    assert faults(VALUES) == []


def test_the_chart_refuses_a_slip_in_them():
    slip = copy.deepcopy(VALUES)
    slip["hub"]["service"] = slip["hub"].pop("services")
    slip["hub"]["db"]["typ"] = slip["hub"]["db"].pop("type")
    assert len(faults(slip)) >= 2


@pytest.mark.parametrize("kind", MANIFESTS)
def test_kubernetes_takes_our_manifests(kind):
    kubernetes_validate.validate(MANIFESTS[kind], KUBERNETES, strict=True)


def test_kubernetes_refuses_a_slip_in_them():
    slip = copy.deepcopy(MANIFESTS["Deployment"])
    slip["spec"]["replicas"] = "one"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(slip, KUBERNETES, strict=True)
    slip = copy.deepcopy(MANIFESTS["Deployment"])
    slip["spec"]["template"]["spec"]["containers"][0]["volumeMount"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(slip, KUBERNETES, strict=True)


def test_one_process_with_one_disk_and_no_privilege():
    spec = MANIFESTS["Deployment"]["spec"]
    assert (spec["replicas"], spec["strategy"]["type"]) == (1, "Recreate")
    assert MANIFESTS["PersistentVolumeClaim"]["spec"]["accessModes"] == ["ReadWriteOnce"]
    pod, container = POD["securityContext"], POD["containers"][0]["securityContext"]
    assert (pod["runAsUser"], pod["runAsGroup"], pod["fsGroup"], pod["runAsNonRoot"]) == (1000, 1000, 1000, True)
    assert container["capabilities"]["drop"] == ["ALL"]
    assert (container["allowPrivilegeEscalation"], container["readOnlyRootFilesystem"]) == (False, True)
    assert POD["automountServiceAccountToken"] is False
    written = {mount["mountPath"] for mount in POD["containers"][0]["volumeMounts"]}
    assert written == {"/data", "/tmp"}


def test_the_parts_name_one_another_rightly():
    service, claim, policy = MANIFESTS["Service"], MANIFESTS["PersistentVolumeClaim"], MANIFESTS["NetworkPolicy"]
    labels = MANIFESTS["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for selector in (
        service["spec"]["selector"],
        policy["spec"]["podSelector"]["matchLabels"],
        MANIFESTS["Deployment"]["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
    assert POD["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    [port] = service["spec"]["ports"]
    [(name, entry)] = VALUES["hub"]["services"].items()
    assert entry["url"] == f"http://{service['metadata']['name']}:{port['port']}"
    assert POD["containers"][0]["ports"][0]["containerPort"] == port["port"]
    entrypoint = json.loads(re.search(r"^ENTRYPOINT (.+)$", (HERE / "Containerfile").read_text(), re.M)[1])
    assert entrypoint[-1] == str(port["port"])
    assert ENV["JUPYTERHUB_API_TOKEN"]["valueFrom"]["secretKeyRef"]["key"] == f"hub.services.{name}.apiToken"
    assert ENV["JUPYTERHUB_SERVICE_PREFIX"]["value"] == f"/services/{name}/"
    assert VALUES["singleuser"]["extraEnv"]["OPENPRACTICE_SERVICE"].endswith(ENV["JUPYTERHUB_SERVICE_PREFIX"]["value"])
    named = set(MANIFESTS["Deployment"]["spec"]["template"]["spec"]["containers"][0]["args"])
    assert {"facilitators", "reviewers"} <= named & set(VALUES["hub"]["loadRoles"][name]["groups"])


def test_servers_keep_what_the_hub_gives_them_and_may_ask_the_course():
    usual = next(role for role in get_default_roles() if role["name"] == "server")["scopes"]
    [name] = VALUES["hub"]["services"]
    assert set(VALUES["hub"]["loadRoles"]["server"]["scopes"]) == {*usual, f"access:services!service={name}"}


def test_the_service_is_told_all_that_it_asks_of_a_hub():
    told = {name: one.get("value", "from a secret") for name, one in ENV.items()}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in told.items():
            patched.setenv(name, value)
        hub = serve.oauth_from(told)
        assert hub.oauth_client_id == "service-openpractice"
    assert hub.access_scopes == {"access:services!service=openpractice", "access:services"}
    for name in ("JUPYTERHUB_API_TOKEN", "JUPYTERHUB_API_URL", "JUPYTERHUB_SERVICE_PREFIX"):
        with pytest.raises(serve.CannotServe, match=name):
            serve.oauth_from({key: value for key, value in told.items() if key != name})
