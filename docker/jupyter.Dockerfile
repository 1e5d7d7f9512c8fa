# JupyterLab with this kernel, for one user or as the image of a JupyterHub: the wheel, and nothing that it needs besides.
# From the files of a release (`make release`):
#   docker build -f docker/jupyter.Dockerfile -t tskernel-jupyter artifacts/release
#   docker run -p 127.0.0.1:8888:8888 tskernel-jupyter
FROM python:3.13-slim
COPY tskernel-*.whl /tmp/wheels/
# jupyterhub for `jupyterhub-singleuser`, in the version of the hub.
RUN pip install --no-cache-dir --find-links /tmp/wheels tskernel jupyterlab==4.6.6 jupyterhub==6.1.1 \
 && rm -r /tmp/wheels \
 && useradd --create-home jovyan
USER jovyan
WORKDIR /home/jovyan
RUN tskernel doctor
EXPOSE 8888
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--no-browser"]
