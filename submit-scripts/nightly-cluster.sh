#!/usr/bin/env bash
# nightly-cluster.sh standalone|yarn|kubernetes --settings FILE [NIGHTLY_OPTION]... [-- SPARK_SUBMIT_ARGUMENT...]
# Runs the night with executors on a cluster. The driver stays here, so that the summary stands on
# standard output and the exit codes are those of nightly.sh. With --dry-run it prints the command
# line of spark-submit. Inputs and output must be on HDFS, or mounted at the same path on every node.
#
# Environment, for all:
#   CHUNKOPT_EXECUTORS        executors, of one core each (default 4)
#   CHUNKOPT_EXECUTOR_MEMORY  heap of one (default 2g); conf/spark-defaults.conf adds as much beside it
#   CHUNKOPT_EXECUTOR_JAVA    JAVA_HOME of a Java 17 on the nodes, where theirs is another
# standalone:
#   CHUNKOPT_MASTER           spark://HOST:7077
# yarn:
#   HADOOP_CONF_DIR           configuration of the cluster, or YARN_CONF_DIR
#   CHUNKOPT_QUEUE            default: default
# kubernetes (conf/kubernetes has the objects):
#   CHUNKOPT_MASTER           k8s://https://HOST:PORT; in a pod that of its own cluster
#   CHUNKOPT_IMAGE            image of conf/container, for the executors, by its digest: NAME@sha256:DIGEST
#   CHUNKOPT_NAMESPACE        default: default
#   CHUNKOPT_SERVICE_ACCOUNT  may make pods (default: chunkopt)
#   CHUNKOPT_CLAIM            persistent volume claim with inputs and output, mounted at /srv/chunkopt
#   POD_NAME, POD_IP          of this pod, so that its executors end with it
set -euo pipefail
# What these files hold, names of files above all, is not for everybody.
umask "$(printf '%04o' $((0$(umask) | 027)))"

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
cluster="${1:-}"

if [[ "$cluster" == --help ]]; then
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' -- "${BASH_SOURCE[0]}"
  exit 0
fi

# need NAME EXAMPLE ends where a variable is not set.
need() {
  if [[ -z "${!1:-}" ]]; then
    echo "$1 is not set; $cluster needs it, for example $2." >&2
    exit 64
  fi
}

executors="${CHUNKOPT_EXECUTORS:-4}"
if [[ ! "$executors" =~ ^[1-9][0-9]*$ ]]; then
  echo "CHUNKOPT_EXECUTORS is $executors, which is no number of executors." >&2
  exit 64
fi
options=(--conf spark.submit.deployMode=client
  --conf "spark.executor.memory=${CHUNKOPT_EXECUTOR_MEMORY:-2g}")
if [[ -n "${CHUNKOPT_EXECUTOR_JAVA:-}" ]]; then
  options+=(--conf "spark.executorEnv.JAVA_HOME=$CHUNKOPT_EXECUTOR_JAVA")
fi

case "$cluster" in
  standalone)
    need CHUNKOPT_MASTER spark://spark.example.org:7077
    # The number of workers of the training is that of the executors at its start: wait for them.
    options+=(--master "$CHUNKOPT_MASTER"
      --conf "spark.cores.max=$executors"
      --conf spark.scheduler.minRegisteredResourcesRatio=0.8)
    ;;
  yarn)
    if [[ -z "${YARN_CONF_DIR:-}" ]]; then
      need HADOOP_CONF_DIR /etc/hadoop/conf
    fi
    options+=(--master yarn
      --conf "spark.executor.instances=$executors"
      --conf "spark.yarn.queue=${CHUNKOPT_QUEUE:-default}")
    ;;
  kubernetes)
    if [[ -z "${CHUNKOPT_MASTER:-}" && -n "${KUBERNETES_SERVICE_HOST:-}" ]]; then
      CHUNKOPT_MASTER="k8s://https://$KUBERNETES_SERVICE_HOST:${KUBERNETES_SERVICE_PORT:-443}"
    fi
    need CHUNKOPT_MASTER k8s://https://kubernetes.example.org:6443
    need CHUNKOPT_IMAGE registry.example.org/chunkopt@sha256:DIGEST
    if [[ ! "$CHUNKOPT_IMAGE" =~ @sha256:[0-9a-f]{64}$ ]]; then
      echo "CHUNKOPT_IMAGE is $CHUNKOPT_IMAGE, and what a tag stands for can change. Name the image by its" \
        "digest, NAME@sha256:DIGEST: podman image inspect --format '{{.Digest}}' IMAGE" >&2
      exit 64
    fi
    options+=(--master "$CHUNKOPT_MASTER"
      --conf "spark.executor.instances=$executors"
      --conf "spark.kubernetes.container.image=$CHUNKOPT_IMAGE"
      --conf "spark.kubernetes.executor.podTemplateFile=$(dirname -- "$here")/conf/kubernetes/executor.yaml"
      --conf spark.executorEnv.CHUNKOPT_CACHE=/opt/spark/work-dir/chunkopt-cache
      --conf "spark.kubernetes.namespace=${CHUNKOPT_NAMESPACE:-default}"
      --conf "spark.kubernetes.authenticate.driver.serviceAccountName=${CHUNKOPT_SERVICE_ACCOUNT:-chunkopt}")
    if [[ -n "${CHUNKOPT_CLAIM:-}" ]]; then
      volume=spark.kubernetes.executor.volumes.persistentVolumeClaim.chunkopt
      options+=(--conf "$volume.options.claimName=$CHUNKOPT_CLAIM"
        --conf "$volume.mount.path=/srv/chunkopt")
    fi
    if [[ -n "${POD_NAME:-}" ]]; then
      need POD_IP 10.0.0.7
      options+=(--conf "spark.kubernetes.driver.pod.name=$POD_NAME" --conf "spark.driver.host=$POD_IP")
    fi
    ;;
  *)
    echo "Give a kind of cluster: standalone, yarn or kubernetes. See nightly-cluster.sh --help." >&2
    exit 64
    ;;
esac
shift
exec "$here/nightly.sh" "${options[@]}" "$@"
